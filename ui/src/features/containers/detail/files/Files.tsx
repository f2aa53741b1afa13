import type { TabProps } from "../tabs";
export default function Files(_: TabProps) {
  return null;
}
