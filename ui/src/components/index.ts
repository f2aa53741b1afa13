// The design system. Views import from here only.

export { Badge } from "./Badge";
export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./Button";
export { CommandBlock } from "./CommandBlock";
export { CopyButton } from "./CopyButton";
export { cx } from "./cx";
export { Dialog, type DialogProps } from "./Dialog";
export { EmptyState } from "./EmptyState";
export { ErrorPanel, errorText } from "./ErrorPanel";
export { Ago, Bytes, Duration, None, Percent } from "./format";
export * from "./format/format";
export { Kbd } from "./Kbd";
export { ContextMenu, Menu, type MenuEntry } from "./Menu";
export { Page } from "./Page";
export { ProgressBar } from "./ProgressBar";
export { Sheet } from "./Sheet";
export { Skeleton } from "./Skeleton";
export { Sparkline } from "./Sparkline";
export { type StateLook, StateMark } from "./StateMark";
export { type Tab, Tabs } from "./Tabs";
export { Tooltip, TooltipProvider } from "./Tooltip";
export { Truncate } from "./Truncate";
export { useDelayed } from "./useDelayed";
