// The design system. Views import from here only.

export { each, eachTold } from "@/app/bulk";
export { type ConfirmItem, confirmList } from "@/app/confirm";
export { clearNotices, notice, noticeError } from "@/app/notices";
export { Badge } from "./Badge";
export { Boundary } from "./Boundary";
export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./Button";
export { CommandBlock } from "./CommandBlock";
export { ConfirmHost } from "./ConfirmHost";
export { CopyButton } from "./CopyButton";
export {
  Checkbox,
  type Option,
  SegmentedControl,
  Select,
  Switch,
  TextArea,
  TextInput,
} from "./controls";
export { cx } from "./cx";
export { Dialog, type DialogProps } from "./Dialog";
export { EmptyState } from "./EmptyState";
export { ErrorPanel, errorText } from "./ErrorPanel";
export { type ControlProps, Field, FormSection } from "./Field";
export { FilterBox, filterWords, fits } from "./FilterBox";
export { Ago, Bytes, Duration, None, Percent, Since } from "./format";
export * from "./format/format";
export { JsonTree } from "./JsonTree";
export { Kbd } from "./Kbd";
export { ContextMenu, Menu, type MenuEntry } from "./Menu";
export { NoticeCard, NoticeStack } from "./NoticeStack";
export { Page } from "./Page";
export { ProgressBar } from "./ProgressBar";
export { Sheet } from "./Sheet";
export { Skeleton } from "./Skeleton";
export { Sparkline } from "./Sparkline";
export { SplitPane } from "./SplitPane";
export { type StateLook, StateMark } from "./StateMark";
export { type Tab, Tabs } from "./Tabs";
export { Tooltip } from "./Tooltip";
export { TooltipHost } from "./TooltipHost";
export { Truncate } from "./Truncate";
export * from "./table";
export { useDelayed } from "./useDelayed";
