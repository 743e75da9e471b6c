import { spawnSync } from 'node:child_process'
import { describe } from '@jest/globals'

/** `describe` for tests whose judge is botocore, AWS's own SDK for Python: skipped, and said to be so, where it is missing. */
export function describeWithBotocore(title: string, body: () => void): void {
  const there = spawnSync('python3', ['-c', 'import botocore']).status === 0
  if (there) describe(title, body)
  else if (process.env.CI) throw new Error('python3 with botocore is missing, and CI has to run the tests that need it')
  else describe.skip(`${title} (skipped: no python3 with botocore)`, body)
}

/** Runs a Python program with a JSON value on its stdin, and answers the JSON value that it prints. */
export function python<Answer>(program: string, input: unknown = null): Answer {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(input),
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as Answer
}
