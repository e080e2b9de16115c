/** The entry: what has to happen before Electron is ready. A second instance ends at once, before it has done anything. */
import { app, dialog, protocol } from "electron";
import { run } from "./application.js";
import { PRIVILEGES, SCHEME } from "./scheme.js";

if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: PRIVILEGES }]);
  // Never `await app.whenReady()` here: Electron is ready only after this module has been evaluated, and would hang.
  app
    .whenReady()
    .then(run)
    .catch((error) => {
      dialog.showErrorBox("The application did not start", error.message);
      app.exit(1);
    });
} else {
  // Not quit(): that only asks for an end, and the rest of the module would run.
  app.exit();
}
