/** Types of the page's state. */
import type { DiffReport, ErrorValue, RenderedDocument, ScriptHistory, ScriptInfo } from "../../../../web_worker/generated/abi.js";

export type { DiffReport, ErrorValue, RenderedDocument, ScriptHistory, ScriptInfo };

/** An error as it is shown: error.v1 or similar. */
export type Failure = {
  code: string;
  message: string;
  hint?: string;
  /** Where in a script. */
  script?: { path: string; line?: number; column?: number };
  [more: string]: unknown;
};

/** The text of a file. */
export interface FileText {
  content: string;
  sha256: string;
}

/** A text in an editor. */
export interface Edited {
  /** The file as last seen; null if there is none. */
  base: FileText | null;
  text: string;
  isSaving: boolean;
  /** Set when the file changed under unsaved changes; `theirs` is null if it was deleted. */
  conflict: { theirs: FileText | null } | null;
}

/** A script that is open. */
export interface Buffer extends Edited {
  path: string;
  problems: ErrorValue[];
  info: ScriptInfo | null;
  /** Documents that use it. */
  uses: { path: string; count: number }[];
  /** The form field that could not be changed, and why. */
  refused: { field: string; failure: Failure } | null;
}

/** The document in the panel, and its last rendering. */
export interface Preview extends Edited {
  /** The document's path; null for the scratch document, which has no file. */
  path: string | null;
  rendered: RenderedDocument | null;
  html: string;
  isBusy: boolean;
  /** Whether the author stopped the rendering; the page is then older than the text. */
  isStopped: boolean;
  durationMs: number;
  failure: Failure | null;
}

export interface Run {
  status: "idle" | "running" | "done";
  args: string;
  /** The macro call to run, as written in a document. */
  token: string;
  output: { stream: "stdout" | "stderr"; text: string }[];
  outcome: RunOutcome | null;
  /** Of the script, when the run was started. */
  text: string;
  startedAt: number;
}

export interface RunOutcome {
  status: "ok" | "error";
  durationMs: number;
  error?: Failure;
  /** The macro's result, the utility's value, or the post after the transforms. */
  html?: string;
  text?: string;
  value?: unknown;
  post?: { before: Post; after: Post };
  applied?: string[];
  toasts?: string[];
}

export interface Post {
  title: string;
  content: string;
  tags: string[];
  categories: string[];
}

export interface History {
  path: string;
  report: ScriptHistory | null;
  chosen: string | null;
  content: string | null;
  failure: Failure | null;
}

export interface Diagnostics {
  stats: any;
  heapBytes: number | null;
}

export type Dialog =
  | { kind: "create"; title: string; script: string; failure: Failure | null }
  | { kind: "rename"; path: string; slug: string; updates: boolean; failure: Failure | null }
  | { kind: "delete"; path: string; failure: Failure | null }
  | {
      kind: "aliases";
      path: string;
      aliases: string[];
      /** Names that are removed. */
      gone: string[];
      /** Documents that use them. */
      documents: string[];
      updates: boolean;
      failure: Failure | null;
    }
  | { kind: "compare"; path: string }
  | { kind: "compare-document" }
  | null;

export interface Notice {
  id: number;
  kind: "info" | "error";
  text: string;
  hint?: string;
}

export interface State {
  phase: "locked" | "starting" | "ready" | "gone";
  failure: Failure | null;
  project: {
    name: string;
    root: string;
    limits: Record<string, number>;
    iframeHosts: readonly string[];
    mainLanguage: string;
  } | null;
  scripts: ScriptInfo[];
  /** Names of the drafts in this browser. */
  drafts: string[];
  filter: string;
  view: "script" | "differences" | "diagnostics";
  /** Which part a narrow window shows. */
  pane: "scripts" | "code" | "panel";
  panel: "preview" | "run" | "details" | "history";
  selected: string | null;
  buffers: Record<string, Buffer>;
  documents: { path: string; macros: Record<string, number> }[];
  /** The part of the document context that all documents share. */
  shared: { env: object; data: Record<string, unknown> };
  preview: Preview;
  /** By the path of the script: what was entered for it, and its last run. */
  runs: Record<string, Run>;
  /** The post that transforms are tried on, as entered. */
  post: { title: string; content: string; tags: string; categories: string };
  history: History | null;
  differences: { report: DiffReport | null; failure: Failure | null };
  diagnostics: Diagnostics;
  python: { status: "off" | "starting" | "ready" | "failed"; failure: Failure | null };
  /** Running tasks, shown after 300 ms. */
  tasks: { id: number; label: string; since: number }[];
  /** Where to put the cursor. */
  jump: { in: "script" | "document"; line: number; column: number; at: number; isQuiet?: boolean } | null;
  dialog: Dialog;
  /** Whether the dialog's action is running. */
  isConfirming: boolean;
  notices: Notice[];
  isOnline: boolean;
  /** Whether the server was restarted and has another key. */
  isLocked: boolean;
}
