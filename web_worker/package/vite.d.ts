/** Serves the runtime's files as they are in development, and emits them as they are in a build. */
export default function pybridge(): { name: string };
