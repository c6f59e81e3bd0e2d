import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, copyExample } from './harness.ts';

describe('assay build --check', () => {
  it('says that two builds gave the same bytes', async () => {
    const cwd = await copyExample('wat-luhn');
    const ran = await assay(['build', '--check'], { cwd });
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toContain('acme.luhn  the same bytes twice');
  });

  it('names the first difference', async () => {
    const cwd = await copyExample('wat-luhn');
    await writeFile(
      join(cwd, 'build.js'),
      `const stamp = Buffer.from(String(process.hrtime.bigint()));
       require('node:fs').writeFileSync(process.env.ASSAY_OUTPUT + '/module.wasm', Buffer.concat([
         Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, stamp.length + 5, 4]), Buffer.from('when'), stamp]));`,
    );
    const manifest = await readFile(join(cwd, 'plugin.yaml'), 'utf8');
    const builds = 'builds:\n  - toolchain: command\n    source: build.js\n    options: { run: [node, build.js] }\n';
    await writeFile(join(cwd, 'plugin.yaml'), manifest.replace(/builds:[^]*/, builds));
    const ran = await assay(['build', '--check'], { cwd });
    expect(ran.exit).toBe(5);
    expect(ran.stderr).toContain('[NOT_REPRODUCIBLE]');
    expect(ran.stderr).toContain('custom section "when"');
  });
});

describe('assay verify --rebuild', () => {
  it('accepts what the sources give, and refuses what they do not', async () => {
    const cwd = await copyExample('wat-luhn');
    await assay(['build'], { cwd });
    const args = ['verify', '.assay/acme.luhn.wasm', '--rebuild', '.assay/acme.luhn.build.json'];
    expect(await assay(args, { cwd })).toMatchObject({ exit: 0, stdout: expect.stringContaining('the same bytes') });
    const both = await assay([...args, '--bundle', 'a.json', '--key', 'a.pub'], { cwd });
    expect([both.exit, both.stderr]).toEqual([2, expect.stringContaining('verify needs one of')]);
    const elsewhere = await assay([...args, '--source', 'src'], { cwd });
    expect([elsewhere.exit, elsewhere.stderr]).toEqual([2, expect.stringContaining('--source FOLDER')]);
    const path = join(cwd, 'src/luhn.wat');
    await writeFile(path, (await readFile(path, 'utf8')).replace('(i32.const 10))', '(i32.const 11))'));
    const ran = await assay(args, { cwd });
    expect(ran.exit).toBe(5);
    expect(ran.stderr).toContain('code section, function body');
    expect(ran.stderr).toContain('the sources here are not the ones it was built from');
  });
});
