import { useSyncExternalStore } from "react";
import { type Appearance, appearance, setAppearance, ZOOMS } from "@/app/appearance";
import { subscribePrefs } from "@/app/prefs";
import { Field, FormSection, percent, SegmentedControl, Select } from "@/components";
import { LOCALES, useT } from "@/i18n/i18n";
import styles from "./Settings.module.css";

type Choice = "theme" | "contrast" | "density" | "motion";

const CHOICES: { [C in Choice]: readonly Appearance[C][] } = {
  theme: ["system", "light", "dark"],
  contrast: ["system", "normal", "more"],
  density: ["dense", "comfortable"],
  motion: ["system", "full", "reduced"],
};

// Prefs are compared by what they say: each reading makes a new object.
const snapshot = () => JSON.stringify(appearance());

/** How the dashboard looks and speaks; holds at once, in the window and in browsers. */
export function Look() {
  const t = useT();
  const now = JSON.parse(useSyncExternalStore(subscribePrefs, snapshot)) as Appearance;
  return (
    <div className={styles.page}>
      <FormSection title={t("settings-look")} note={t("settings-look-note")}>
        {(Object.keys(CHOICES) as Choice[]).map((choice) => (
          <Field key={choice} inline label={t(`settings-${choice}`)}>
            {() => (
              <span className={styles.choices}>
                <SegmentedControl<string>
                  label={t(`settings-${choice}`)}
                  value={now[choice]}
                  onChange={(value) => setAppearance({ [choice]: value })}
                  options={CHOICES[choice].map((value) => ({
                    value,
                    label: t(`settings-${choice}-${value}`),
                  }))}
                />
              </span>
            )}
          </Field>
        ))}
        <Field inline label={t("settings-zoom")} hint={t("settings-zoom-hint")}>
          {(control) => (
            <Select
              {...control}
              value={String(now.zoom)}
              onChange={(zoom) => setAppearance({ zoom: Number(zoom) })}
              options={ZOOMS.map((zoom) => ({ value: String(zoom), label: percent(zoom) }))}
            />
          )}
        </Field>
        <Field inline label={t("settings-locale")}>
          {(control) => (
            <Select<Appearance["locale"]>
              {...control}
              value={now.locale}
              onChange={(locale) => setAppearance({ locale })}
              options={[
                { value: "system", label: t("settings-locale-system") },
                ...Object.entries(LOCALES).map(([value, label]) => ({
                  value: value as Appearance["locale"],
                  label,
                })),
              ]}
            />
          )}
        </Field>
      </FormSection>
    </div>
  );
}
