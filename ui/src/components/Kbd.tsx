import { caps } from "@/app/keys";
import styles from "./Kbd.module.css";

/** Keys as caps: `<Kbd keys="mod+k" />`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={styles.keys} data-kbd aria-hidden>
      {caps(keys).map((press) => (
        <kbd key={press.join("+")} className={styles.press}>
          {press.map((cap) => (
            <span key={cap} className={styles.cap}>
              {cap}
            </span>
          ))}
        </kbd>
      ))}
    </span>
  );
}
