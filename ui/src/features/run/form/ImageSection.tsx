import { bytes, Field, FormSection, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { fullReference } from "../conflicts";
import { useForm } from "./context";
import { Offers, TextOf, useProblem, WordsField } from "./fields";
import styles from "./form.module.css";

/** Image, name and command: what every run has. */
export function ImageSection() {
  const t = useT();
  const { spec, change, problem } = useForm();
  const say = useProblem();
  const images = useAll(model.images);
  const reference = fullReference(spec.image);
  const local = images.find((it) => it.tags.includes(reference) || it.id === spec.image);
  const found = problem("image");
  const fix = found?.args?.fix;
  const hint =
    spec.image.trim() === "" || found
      ? t("run-image-hint")
      : local
        ? t("run-image-local", { size: bytes(local.size) })
        : spec.pull === "never"
          ? t("run-image-never")
          : t("run-image-pulled");
  return (
    <FormSection title={t("run-s-image")}>
      <Field
        label={t("run-f-image")}
        hint={hint}
        error={say(found)}
        fix={
          fix !== undefined
            ? { label: t("run-use", { value: fix }), run: () => change({ image: String(fix) }) }
            : undefined
        }
      >
        {(control) => (
          <>
            <TextInput
              {...control}
              mono
              autoFocus
              list="run-images"
              fallback="nginx:1"
              value={spec.image}
              onChange={(image) => change({ image: image.trim() })}
            />
            <Offers id="run-images" values={images.flatMap(({ tags }) => tags)} />
          </>
        )}
      </Field>
      <div className={styles.pair}>
        <TextOf name="name" fallback={t("run-name-generated")} />
        <WordsField
          label={t("run-f-command")}
          fallback={t("run-as-image")}
          words={spec.command}
          onChange={(command) => change({ command })}
        />
      </div>
    </FormSection>
  );
}
