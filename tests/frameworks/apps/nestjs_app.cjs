// Runs `nestjs_app.ts`, translated with the metadata of decorators as the Nest CLI does it: `node nestjs_app.cjs PORT`.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const Module = require("node:module");
const ts = require("typescript");

const file = path.join(__dirname, "nestjs_app.ts");
const { outputText } = ts.transpileModule(fs.readFileSync(file, "utf8"), {
  fileName: file,
  compilerOptions: {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    esModuleInterop: true,
    useDefineForClassFields: false,
  },
});
const program = new Module(file, module);
program.filename = file;
program.paths = module.paths;
program._compile(outputText, file);

process.stdin.on("end", () => process.exit(0)).resume();
