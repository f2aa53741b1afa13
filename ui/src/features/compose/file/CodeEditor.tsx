import {
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { t } from "@/i18n/i18n";
import { check } from "./check";
import { complete } from "./complete";
import styles from "./file.module.css";

export interface CodeEditorProps {
  /** What it begins with; another one replaces what is written. */
  text: string;
  label: string;
  onChange: (text: string) => void;
}

// The colours are the theme's own variables, so that light, dark and high contrast follow.
const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--bg)", color: "var(--fg)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--mono-base)", lineHeight: "18px" },
  ".cm-content": { caretColor: "var(--fg)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--fg)" },
  ".cm-gutters": {
    backgroundColor: "var(--bg-sunken)",
    color: "var(--fg-faint)",
    borderRight: "1px solid var(--line-soft)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--bg-hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--bg-selected-hover)" },
  ".cm-tooltip": {
    backgroundColor: "var(--bg-raised)",
    color: "var(--fg)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--r2)",
    boxShadow: "var(--shadow)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "var(--mono-base)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--bg-selected)",
    color: "var(--fg)",
  },
  ".cm-panels": { backgroundColor: "var(--bg-sunken)", color: "var(--fg)" },
  ".cm-panels input, .cm-panels button": {
    background: "var(--bg)",
    color: "var(--fg)",
    border: "1px solid var(--line-control)",
    borderRadius: "var(--r1)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--paused-soft)" },
  ".cm-matchingBracket": { backgroundColor: "var(--bg-active)" },
  ".cm-diagnostic": { padding: "4px 10px", borderLeft: "3px solid var(--failed)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--paused)" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--accent-fg)",
    borderRadius: "var(--r1)",
  },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--bg-active)",
    border: "0",
    color: "var(--fg-soft)",
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--ansi-blue)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ansi-green)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--ansi-magenta)" },
  { tag: tags.comment, color: "var(--fg-faint)" },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: "var(--ansi-yellow)" },
  { tag: [tags.punctuation, tags.separator], color: "var(--fg-soft)" },
]);

function lint(view: EditorView): Diagnostic[] {
  const length = view.state.doc.length;
  return check(view.state.doc.toString()).map(({ from, to, id, args, mild, fix }) => ({
    from: Math.min(from, length),
    to: Math.min(to, length),
    severity: mild ? "warning" : "error",
    message: t(`compose-bad-${id}`, args),
    ...(fix === undefined
      ? {}
      : {
          actions: [
            {
              name: t("run-use", { value: fix }),
              apply: (editor: EditorView, start: number, end: number) =>
                editor.dispatch({ changes: { from: start, to: end, insert: fix } }),
            },
          ],
        }),
  }));
}

function offer(context: CompletionContext) {
  const found = complete(context.state.doc.toString(), context.pos);
  if (!found || (!context.explicit && found.from === context.pos)) return null;
  return {
    from: found.from,
    validFor: /^[\w.-]*$/,
    options: found.offers.map(({ label, insert, kind }) => ({
      label,
      apply: insert,
      type: kind === "key" ? "property" : kind === "name" ? "variable" : "constant",
    })),
  };
}

function extensions(label: string, onChange: (text: string) => void) {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    syntaxHighlighting(colours),
    linter(lint, { delay: 250 }),
    autocompletion({ override: [offer], icons: false }),
    look,
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      // Escape, then Tab, leaves the editor.
      indentWithTab,
    ]),
  ];
}

/** An editor of compose files: mistakes with fixes, completion, search, undo. */
export default function CodeEditor({ text, label, onChange }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: "",
        extensions: extensions(label, (next) => changed.current(next)),
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    const fresh = editor.state.doc.length === 0;
    if (fresh) {
      // The first text is no change that an undo should take back.
      editor.setState(
        EditorState.create({
          doc: text,
          extensions: extensions(label, (next) => changed.current(next)),
        }),
      );
    } else {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
    }
  }, [text, label]);
  return <div ref={host} data-takes-keys className={styles.editor} />;
}
