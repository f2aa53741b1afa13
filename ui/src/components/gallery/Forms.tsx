import { useState } from "react";
import {
  Checkbox,
  Field,
  SegmentedControl,
  Select,
  Switch,
  TextArea,
  TextInput,
} from "@/components";
import styles from "./Gallery.module.css";

export function Forms() {
  const [text, setText] = useState("");
  const [on, setOn] = useState(true);
  const [kind, setKind] = useState<"a" | "b">("a");
  return (
    <section className={styles.show}>
      <h2 className={styles.title}>Forms</h2>
      <div className={styles.form}>
        <Field label="Name" hint="Letters, digits, dots and dashes.">
          {(control) => (
            <TextInput {...control} value={text} onChange={setText} fallback="happy_turing" mono />
          )}
        </Field>
        <Field
          label="Host port"
          error="Port 8080 is taken by nginx."
          fix={{ label: "Use 8081", run: () => undefined }}
        >
          {(control) => <TextInput {...control} value="8080" onChange={() => undefined} mono />}
        </Field>
        <Field label="Restart">
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={setKind}
              options={[
                { value: "a", label: "Never" },
                { value: "b", label: "Always" },
              ]}
            />
          )}
        </Field>
        <Field label="Environment">
          {(control) => (
            <TextArea
              {...control}
              value={text}
              onChange={setText}
              fallback="NAME=value"
              mono
              rows={2}
            />
          )}
        </Field>
        <Checkbox checked={on} onChange={setOn} label="Remove it when it ends" />
        <Switch checked={on} onChange={setOn} label="Start with the computer" />
        <SegmentedControl
          label="Which"
          value={kind}
          onChange={setKind}
          options={[
            { value: "a", label: "All", count: 12 },
            { value: "b", label: "Running", count: 3 },
          ]}
        />
      </div>
    </section>
  );
}
