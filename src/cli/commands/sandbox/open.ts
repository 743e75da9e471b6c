import { readFile } from 'node:fs/promises'
import { AppError, usageError } from '../../../core/errors.ts'
import { jsonFault } from '../../../core/json.ts'
import { type Fault, parseFaults } from '../../../sandbox/faults.ts'
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'

/** Faults from a JSON file. Throws a usage error that names the file and the first thing that is wrong in it. */
export async function readFaults(file: string): Promise<Fault[]> {
  try {
    return parseFaults(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    throw usageError(
      `--faults ${file}: ${jsonFault(error)}`,
      'it is a JSON list such as [{ "kind": "throttle", "service": "iam" }]',
    )
  }
}

/** Starts the local AWS. Throws an `AppError` where the port cannot be had. */
export async function openSandbox(options: { port: number; region: string; faults: Fault[] }): Promise<Sandbox> {
  try {
    return await startSandbox(options)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'it is taken' : code === 'EACCES' ? 'it needs more rights' : message
    throw new AppError('failed', code ?? 'SandboxFailed', `the sandbox cannot listen on port ${options.port}: ${why}`, {
      hint: 'pass another --port, or none for a free one',
      cause: error,
    })
  }
}
