import { useQuery } from "@tanstack/react-query";
import { Bytes, CopyButton, ErrorPanel, Skeleton } from "@/components";
import { useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import styles from "./Images.module.css";
import { type HistoryEntry, layers } from "./layers";

/** What each step of the Dockerfile did and how much it added. */
export function Layers({ id }: { id: string }) {
  const t = useT();
  const { data, error } = useQuery({
    queryKey: ["images", "history", id],
    queryFn: ({ signal }) =>
      docker.get<HistoryEntry[]>(`/images/${encodeURIComponent(id)}/history`, undefined, signal),
  });
  if (error) return <ErrorPanel error={error} what={t("images-layers-failed")} />;
  if (!data) return <Skeleton lines={8} />;
  const all = layers(data);
  const largest = Math.max(1, ...all.map((layer) => layer.size));
  return (
    <ol className={styles.layers}>
      {all.map((layer, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: layers have no name but their place
        <li key={index} className={styles.layer}>
          <span className={styles.step}>{index + 1}</span>
          <span className={styles.word}>{layer.instruction}</span>
          <code className={styles.text}>{layer.text}</code>
          <CopyButton text={`${layer.instruction} ${layer.text}`.trim()} />
          <span className={styles.meter} aria-hidden>
            <span
              className={styles.fill}
              style={{ transform: `scaleX(${layer.size / largest})` }}
            />
          </span>
          <span className={styles.bytes}>
            {layer.size > 0 ? <Bytes value={layer.size} /> : "–"}
          </span>
        </li>
      ))}
    </ol>
  );
}
