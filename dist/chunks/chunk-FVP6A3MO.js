import{AssayError}from"./chunk-MU7DAL74.js";function toolchainMissing({missing,hint}){return new AssayError("TOOLCHAIN_MISSING",`${missing} is missing`,{hint})}export{toolchainMissing};
