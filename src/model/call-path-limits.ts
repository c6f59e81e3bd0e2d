/** How many functions a call path lists; of a longer one the middle is left out. */
export const PATH_STEPS = 16;
/** Where something was left out, it stood behind this many steps. */
export const PATH_HEAD = 8;
