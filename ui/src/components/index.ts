// The design system. Views import from here only.
export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./Button";
export { CommandBlock } from "./CommandBlock";
export { CopyButton } from "./CopyButton";
export { cx } from "./cx";
export { EmptyState } from "./EmptyState";
export { ErrorPanel, errorText } from "./ErrorPanel";
export { Kbd } from "./Kbd";
export { Page } from "./Page";
export { Tooltip, TooltipProvider } from "./Tooltip";
export { useDelayed } from "./useDelayed";
