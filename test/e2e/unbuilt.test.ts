import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { BIN } from '../support/program.ts'

test('a clone that has not been built says in one line what to run', () => {
  const clone = mkdtempSync(join(tmpdir(), 'clone-'))
  try {
    cpSync(BIN, join(clone, 'bin', 'bedrock-monitor.js'))
    cpSync(join(BIN, '../../package.json'), join(clone, 'package.json'))
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/bedrock-monitor.js', 'report'], {
      cwd: clone,
      encoding: 'utf8',
    })
    expect(stderr).toMatch(/^error: .*`npm ci && npm run build`.*\n$/)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  } finally {
    rmSync(clone, { recursive: true })
  }
})
