import { createContext, useContext } from "react";
import type { RunSpec } from "../spec/spec";
import type { Problem } from "../spec/validate";

export interface FormState {
  spec: RunSpec;
  change: (part: Partial<RunSpec>) => void;
  /** What is wrong with a field, if it is to be said yet. */
  problem: (field: string) => Problem | undefined;
}

export const FormContext = createContext<FormState | null>(null);

export function useForm(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error("a field stands outside of its form");
  return form;
}
