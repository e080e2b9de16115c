/** The address of every file the client loads, by its name in the folder. */
export declare const assets: Readonly<Record<string, URL>>;
