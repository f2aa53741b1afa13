import type { TabProps } from "../tabs";
export default function Terminal(_: TabProps) {
  return null;
}
