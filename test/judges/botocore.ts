import { spawnSync } from 'node:child_process'
import { describeWhere } from '../support/external.ts'

/** `describe` for tests whose judge is botocore, AWS's own SDK for Python. */
export function describeWithBotocore(title: string, body: () => void): void {
  const there = spawnSync('python3', ['-c', 'import botocore']).status === 0
  describeWhere(there, 'python3 with botocore', title, body)
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
