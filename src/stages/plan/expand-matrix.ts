import { AssayError } from '#model/errors';
import { type Build, OPTIMIZE, TOOLCHAINS, type ToolchainName } from '#model/manifest';

/** One combination of a build's axes. Axes that the build does not vary keep its plain values. */
export interface Combination {
  readonly toolchain: ToolchainName;
  readonly target: string | undefined;
  readonly optimize: (typeof OPTIMIZE)[number];
  readonly features: string | undefined;
  /** The values that tell this combination from its siblings, by axis; empty where there is only one. */
  readonly varied: Readonly<Record<string, string>>;
}

const AXES = ['toolchain', 'target', 'optimize', 'features'] as const;
type Axis = (typeof AXES)[number];
type Values = Partial<Record<Axis, string>>;

/** Four times what GitHub starts for one matrix, because `exclude` takes combinations away again. */
const MOST_COMBINATIONS = 1024;

/**
 * Every combination of a build's matrix, with GitHub's meaning of `exclude` (a partial match removes) and `include`
 * (extends the combinations whose original values it does not change, else stands on its own), in a stable order.
 * Throws MANIFEST_INVALID for unknown axes or values, and when nothing is left; BUILD_LIMIT when the axes multiply past
 * any matrix, before they are multiplied out.
 */
export function expandMatrix(build: Build, label: string): Combination[] {
  const matrix = build.matrix;
  if (matrix === undefined) return [settle(build, {}, label)];

  const axes = AXES.filter((axis) => matrix[axis] !== undefined);
  const count = axes.reduce((product, axis) => product * new Set(matrix[axis]).size, 1);
  if (count > MOST_COMBINATIONS) throw tooMany(label, count);
  let combinations: Values[] = axes.length === 0 ? [] : [{}];
  for (const axis of axes) {
    combinations = combinations.flatMap((values) =>
      [...new Set(matrix[axis])].map((value) => ({ ...values, [axis]: value })),
    );
  }
  const excluded = (matrix.exclude ?? []).map((entry) => checkAxes(entry, `${label}.matrix.exclude`));
  combinations = combinations.filter(
    (values) =>
      !excluded.some((entry) => AXES.every((axis) => entry[axis] === undefined || entry[axis] === values[axis])),
  );

  const originals = combinations.map((values) => ({ ...values }));
  for (const raw of matrix.include ?? []) {
    const entry = checkAxes(raw, `${label}.matrix.include`);
    let extended = false;
    combinations.forEach((values, index) => {
      const original = originals[index];
      if (original === undefined) return;
      if (
        AXES.some((axis) => entry[axis] !== undefined && original[axis] !== undefined && entry[axis] !== original[axis])
      )
        return;
      Object.assign(values, entry);
      extended = true;
    });
    if (!extended) combinations.push(entry);
  }
  if (combinations.length === 0) {
    throw new AssayError('MANIFEST_INVALID', `${label}.matrix leaves no combination to build`, {
      hint: 'Remove an entry from exclude, or add one to include.',
    });
  }
  return combinations.map((values) => settle(build, values, label));
}

function tooMany(label: string, count: number): AssayError {
  return new AssayError('BUILD_LIMIT', `${label}.matrix has ${count} combinations; at most ${MOST_COMBINATIONS}`, {
    hint: 'Take values out of its axes, or make several builds of it.',
  });
}

function checkAxes(entry: Readonly<Record<string, string>>, label: string): Values {
  const values: Values = {};
  for (const [key, value] of Object.entries(entry)) {
    const axis = AXES.find((known) => known === key);
    if (axis === undefined) {
      throw new AssayError('MANIFEST_INVALID', `${label} has "${key}", which is not an axis`, {
        hint: `The axes are ${AXES.join(', ')}.`,
      });
    }
    values[axis] = value;
  }
  return values;
}

function settle(build: Build, values: Values, label: string): Combination {
  return {
    toolchain: oneOf(TOOLCHAINS, values.toolchain ?? build.toolchain, `${label}: toolchain`),
    target: values.target ?? build.target,
    optimize: oneOf(OPTIMIZE, values.optimize ?? build.optimize ?? 'size', `${label}: optimize`),
    features: values.features,
    varied: Object.fromEntries(AXES.flatMap((axis) => (values[axis] === undefined ? [] : [[axis, values[axis]]]))),
  };
}

function oneOf<T extends string>(known: readonly T[], value: string, label: string): T {
  const found = known.find((entry) => entry === value);
  if (found !== undefined) return found;
  throw new AssayError('MANIFEST_INVALID', `${label} "${value}" is not known`, { hint: `Known: ${known.join(', ')}.` });
}
