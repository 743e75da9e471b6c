import { spawnSync } from 'node:child_process'
import { describe } from '@jest/globals'

/** `describe` for a shell that few machines have: skipped, and said to be so, where it is not on PATH. */
export function describeOn(shell: string, body: () => void): void {
  if (spawnSync(shell, ['--version']).status === 0) describe(`in ${shell}`, body)
  else describe.skip(`in ${shell} (skipped: not on PATH)`, body)
}
