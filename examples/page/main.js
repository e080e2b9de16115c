import { PythonRuntime } from "./pybridge/client.js";

const TEXT = `Three stars: [[stars given=3]]`;
const STARS = `def render(context):
    return {"html": "<b class='stars'>" + "★" * context["params"]["given"] + "</b>"}
`;

const output = document.getElementById("output");
try {
  const runtime = await PythonRuntime.start({ assets: "./pybridge/" });
  await runtime.load([{ path: "scripts/stars.py", content: STARS }]);
  const [{ output: html, errors }] = await runtime.renderDocuments([{ text: TEXT }]);
  output.innerHTML = html;
  for (const { message } of errors) output.append(document.createElement("br"), message);
} catch (error) {
  output.textContent = `Python did not start: ${error.message}`;
}
