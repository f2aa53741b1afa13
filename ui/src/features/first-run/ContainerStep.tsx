import { Play } from "lucide-react";
import { useState } from "react";
import { Button, CommandBlock, ErrorPanel, Field, StateMark, TextInput } from "@/components";
import { referenceProblem } from "@/features/images/reference";
import { useT } from "@/i18n/i18n";
import { model, tasks, useAll, useOne } from "@/model";
import { call, docker } from "@/rpc";
import styles from "./FirstRun.module.css";
import { baseName, ended, freeName } from "./first";

export interface ContainerStepProps {
  onBack: () => void;
  onDone: (to: string) => void;
}

/** Runs a container, from an image that is there or one that is pulled. */
export function ContainerStep({ onBack, onDone }: ContainerStepProps) {
  const t = useT();
  const images = useAll(model.images);
  const [image, setImage] = useState("nginx:1");
  const [stage, setStage] = useState<"pull" | "start">();
  const [error, setError] = useState<unknown>();
  const [made, setMade] = useState<string>();
  const problem = referenceProblem(image);
  const run = async () => {
    setError(undefined);
    try {
      if (!images.some((it) => it.tags.includes(image))) {
        setStage("pull");
        const { id } = await call("task_start", { kind: "pull", reference: image, platform: null });
        await ended(id, tasks.snapshot, tasks.subscribe);
      }
      setStage("start");
      setMade(await runContainer(image));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setStage(undefined);
    }
  };
  return (
    <>
      <h1 className={styles.title}>{t("first-run-container-title")}</h1>
      {made ? (
        <Running id={made} onDone={onDone} />
      ) : (
        <>
          <p className={styles.text}>{t("first-run-container-text")}</p>
          <Field
            label={t("first-run-image")}
            hint={images.length > 0 ? t("first-run-image-here") : t("first-run-image-pulled")}
            error={problem ? t(problem) : null}
          >
            {(control) => (
              <>
                <TextInput
                  {...control}
                  mono
                  list={`${control.id}-images`}
                  value={image}
                  onChange={setImage}
                />
                <datalist id={`${control.id}-images`}>
                  {images
                    .flatMap((it) => it.tags)
                    .map((tag) => (
                      <option key={tag} value={tag} />
                    ))}
                </datalist>
              </>
            )}
          </Field>
          <CommandBlock command={`docker run -d -P ${image}`} />
          {error !== undefined && (
            <ErrorPanel inline error={error} what={t("first-run-run-failed")} />
          )}
          <footer className={styles.foot}>
            <Button onClick={onBack}>{t("first-run-back")}</Button>
            <Button
              look="primary"
              icon={Play}
              busy={stage !== undefined}
              disabled={problem !== undefined}
              onClick={() => void run()}
            >
              {t(stage === "pull" ? "first-run-pulling" : "first-run-run")}
            </Button>
          </footer>
        </>
      )}
    </>
  );
}

async function runContainer(image: string): Promise<string> {
  const taken = new Set(model.containers.snapshot().map((it) => it.name));
  const name = freeName(baseName(image), taken);
  const body = { Image: image, HostConfig: { PublishAllPorts: true } };
  const { Id } = await docker.post<{ Id: string }>("/containers/create", body, { name });
  await docker.post(`/containers/${Id}/start`);
  return Id;
}

function Running({ id, onDone }: { id: string; onDone: (to: string) => void }) {
  const t = useT();
  const container = useOne(model.containers, id);
  const runs = container?.state === "running";
  return (
    <>
      <div className={styles.state} role="status">
        <StateMark
          look={runs ? "running" : "busy"}
          word={t(runs ? "first-run-runs" : "first-run-started", { name: container?.name ?? "" })}
        />
      </div>
      <p className={styles.text}>{t("first-run-done")}</p>
      <CommandBlock command="docker ps" />
      <footer className={styles.foot}>
        <Button
          look="primary"
          onClick={() => onDone(`/containers/${encodeURIComponent(container?.name ?? id)}`)}
        >
          {t("first-run-show")}
        </Button>
      </footer>
    </>
  );
}
