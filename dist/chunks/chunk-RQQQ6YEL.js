import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);const __filename=import.meta.filename,__dirname=import.meta.dirname;
function manifestPointer(fix){let path=fix?.kind==="manifest"?fix.edits[0]?.path:void 0;return path===void 0?"":path.replace(/\/-$/,"")}export{manifestPointer};
