import { Component, type ErrorInfo, type ReactNode } from "react";
import { t } from "@/i18n/i18n";
import { CallError } from "@/rpc/error";
import { ErrorPanel } from "./ErrorPanel";

interface BoundaryProps {
  /** Another one tries again: the path, or what is shown. */
  on: string;
  children: ReactNode;
}

interface BoundaryState {
  error: CallError | null;
  on: string;
}

/** Keeps what fails to be drawn from taking the rest with it. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null, on: this.props.on };

  static getDerivedStateFromError(thrown: unknown): Partial<BoundaryState> {
    return { error: CallError.from(thrown) };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState) {
    return props.on === state.on ? null : { error: null, on: props.on };
  }

  override componentDidCatch(_error: unknown, info: ErrorInfo): void {
    const { error } = this.state;
    if (!error) return;
    const details = [error.message, error.details, info.componentStack].filter(Boolean).join("\n");
    const text = `${t("view-failed")} ${t("view-failed-why")}`;
    this.setState({ error: new CallError(error.code, text, t("view-failed-fix"), details) });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const again = () => this.setState({ error: null });
    return <ErrorPanel error={error} action={{ label: t("view-again"), run: again }} />;
  }
}
