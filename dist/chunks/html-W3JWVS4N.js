import{renderHtml}from"./chunk-5RTASUFH.js";import"./chunk-7WOB5TGZ.js";import"./chunk-7DG363RO.js";import"./chunk-AQRZDYCR.js";export{renderHtml};
