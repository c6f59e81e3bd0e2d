import{AssayError}from"./chunk-7WOB5TGZ.js";function toolchainMissing({missing,hint}){return new AssayError("TOOLCHAIN_MISSING",`${missing} is missing`,{hint})}export{toolchainMissing};
