/** The worker that runs processes. */
import "../../worker/boot/first.js";
import { serve } from "./serve.js";

serve();
