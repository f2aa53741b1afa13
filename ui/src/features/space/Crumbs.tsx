import { ChevronRight } from "lucide-react";
import type { SpaceNode } from "@/bindings/SpaceNode";
import { bytes } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Space.module.css";
import { trail } from "./tree";
import { nodeName } from "./words";

export interface CrumbsProps {
  root: SpaceNode;
  place: string;
  onGo: (place: string) => void;
}

/** The way from everything to what is shown. */
export function Crumbs({ root, place, onGo }: CrumbsProps) {
  const t = useT();
  const steps = trail(root, place);
  return (
    <nav aria-label={t("space-where")} className={styles.crumbs}>
      {steps.map(({ node, key }, at) => (
        <span key={key} className={styles.crumb}>
          {at > 0 && <ChevronRight size={14} aria-hidden />}
          {at < steps.length - 1 ? (
            <button type="button" className={styles.step} onClick={() => onGo(key)}>
              {nodeName(t, node)}
            </button>
          ) : (
            <span className={styles.here} aria-current="page">
              {nodeName(t, node)} <span className={styles.size}>{bytes(node.bytes)}</span>
            </span>
          )}
        </span>
      ))}
    </nav>
  );
}
