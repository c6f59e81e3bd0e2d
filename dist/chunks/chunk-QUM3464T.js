import{visible}from"./chunk-ZC5J4LBJ.js";function renderJson(documents){return`${JSON.stringify(documents,null,2).replace(/[^\n\x20-\x7e]/gu,character=>visible(character)===character?character:escapeUnits(character))}
`}function escapeUnits(character){return character.split("").map(unit=>`\\u${unit.charCodeAt(0).toString(16).padStart(4,"0")}`).join("")}export{renderJson};
