import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import styles from "./Files.module.css";
import { loadLanguage } from "./languages";

export interface CodeEditorProps {
  /** Name of the file, for its language. */
  name: string;
  /** What it holds at first. */
  text: string;
  onChange: (text: string) => void;
}

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--ansi-magenta)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ansi-green)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--ansi-yellow)" },
  { tag: [tags.comment, tags.meta], color: "var(--fg-faint)", fontStyle: "italic" },
  {
    tag: [tags.propertyName, tags.attributeName, tags.definition(tags.variableName)],
    color: "var(--ansi-blue)",
  },
  { tag: [tags.typeName, tags.className, tags.tagName], color: "var(--ansi-cyan)" },
  { tag: tags.invalid, color: "var(--ansi-red)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--bg-sunken)", color: "var(--fg)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--mono-base)", lineHeight: "20px" },
  ".cm-content": { caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--bg-sunken)", color: "var(--fg-faint)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--bg-hover) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--bg-selected-hover)" },
  ".cm-panels": { backgroundColor: "var(--bg-raised)", color: "var(--fg)" },
  ".cm-searchMatch": { backgroundColor: "var(--paused-soft)" },
  ".cm-specialChar": { color: "var(--paused)" },
});

/** Files whose every line ends as Windows does keep their ends; others keep what they have. */
export function lineSeparator(text: string): string {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return all > 0 && all === windows ? "\r\n" : "\n";
}

/** A text to edit. */
export default function CodeEditor({ name, text, onChange }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  const first = useRef(text);
  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const language = new Compartment();
    const view = new EditorView({
      parent,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorState.lineSeparator.of(lineSeparator(first.current)),
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightSpecialChars(),
          highlightSelectionMatches(),
          indentOnInput(),
          search({ top: true }),
          syntaxHighlighting(colors),
          look,
          keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
          language.of([]),
          EditorView.contentAttributes.of({ "aria-label": name }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current(update.state.sliceDoc());
          }),
        ],
      }),
    });
    let gone = false;
    void loadLanguage(name).then((found) => {
      if (found && !gone) view.dispatch({ effects: language.reconfigure(found) });
    });
    view.focus();
    return () => {
      gone = true;
      view.destroy();
    };
  }, [name]);
  return <div ref={box} className={styles.editor} data-takes-keys />;
}
