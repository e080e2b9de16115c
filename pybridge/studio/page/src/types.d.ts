/** What the studio's page keeps, as types; behaviour is in the modules beside it. */
import type { DiffReport, ErrorValue, RenderedDocument, ScriptHistory, ScriptInfo } from "../../../../web_worker/generated/abi.js";

export type { DiffReport, ErrorValue, RenderedDocument, ScriptHistory, ScriptInfo };

/** An error as it is shown: error.v1, or what comes close to it. */
export type Failure = { code: string; message: string; hint?: string; [more: string]: unknown };

/** A script that is open: the file as it was last seen, and the text as it is being written. */
export interface Buffer {
  path: string;
  /** What the file held when it was read or saved; null for a file that is gone. */
  base: { content: string; sha256: string } | null;
  text: string;
  problems: ErrorValue[];
  info: ScriptInfo | null;
  /** Documents that use it. */
  uses: { path: string; count: number }[];
  isSaving: boolean;
  /** What the file holds now, where it changed while there were unsaved changes. */
  conflict: { theirs: { content: string; sha256: string } | null } | null;
  /** Which field of the form could not be changed, and why. */
  refused: { field: string; failure: Failure } | null;
}

export interface Preview {
  /** The document's path; null for the scratch document. */
  path: string | null;
  text: string;
  /** What the file holds, without a hash where it is gone; null for the scratch document. */
  saved: { text: string; sha256: string | null } | null;
  isSaving: boolean;
  /** What the file holds now, where it changed while there were unsaved changes. */
  conflict: { theirs: { text: string; sha256: string } | null } | null;
  rendered: RenderedDocument | null;
  html: string;
  isBusy: boolean;
  /** Whether the rendering was ended by the author; the page is older than the text. */
  isStopped: boolean;
  durationMs: number;
  failure: Failure | null;
}

export interface Run {
  status: "idle" | "running" | "done";
  args: string;
  /** The macro that is tried, as it would stand in a document. */
  token: string;
  post: { title: string; content: string; tags: string; categories: string };
  output: { stream: "stdout" | "stderr"; text: string }[];
  outcome: RunOutcome | null;
  startedAt: number;
}

export interface RunOutcome {
  status: "ok" | "error";
  durationMs: number;
  error?: Failure;
  /** The macro's result, the utility's value, or the post behind the transforms. */
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
      /** Names that go. */
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
  /** Names of scripts with unsaved changes kept in this browser. */
  drafts: string[];
  filter: string;
  view: "script" | "differences" | "diagnostics";
  /** Which part a narrow window shows. */
  pane: "scripts" | "code" | "panel";
  panel: "preview" | "run" | "details" | "history";
  selected: string | null;
  buffers: Record<string, Buffer>;
  documents: { path: string; macros: Record<string, number> }[];
  /** What every document is rendered with. */
  shared: { env: object; data: Record<string, unknown> };
  preview: Preview;
  run: Run;
  history: History | null;
  differences: { report: DiffReport | null; failure: Failure | null };
  diagnostics: Diagnostics;
  python: { status: "off" | "starting" | "ready" | "failed"; failure: Failure | null };
  /** What is being done, shown once it takes longer than 300 ms. */
  tasks: { id: number; label: string; since: number }[];
  /** A place to put the cursor at. */
  jump: { in: "script" | "document"; line: number; column: number; at: number; isQuiet?: boolean } | null;
  dialog: Dialog;
  /** Whether what the dialog asked for is being done. */
  isConfirming: boolean;
  notices: Notice[];
  isOnline: boolean;
  /** Whether the server was started again and wants another key. */
  isLocked: boolean;
}
