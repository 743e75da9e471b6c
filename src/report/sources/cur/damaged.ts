import { createHash } from 'node:crypto'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import type { Table } from './batch.ts'
import type { Bytes } from './shelf.ts'

/** What is wrong with a file, of which the others know nothing. */
export class FileFault extends Error {
  readonly code: Warning['code']

  constructor(code: Warning['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** What a reader throws that is no failure of reading means that the file is not as it should be. */
export async function damagedUnless<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error) || error instanceof FileFault || typeof (error as NodeJS.ErrnoException).syscall === 'string')
      throw error
    const { message } = error as Error
    const [, codec] = /unsupported compression codec: (\w+)/.exec(message) ?? []
    const packed = `it is compressed with ${codec}, which is not read: write it with Snappy, gzip or zstd`
    if (codec !== undefined) throw new FileFault('unknown-form', packed)
    const why = /^(?:it|an? )/.test(message) ? message : 'its data are damaged, or it was not written to its end'
    throw new FileFault('bill-damaged', `${why}; what was read before that is in the report: fetch it again`)
  }
}

const PRINTED_BYTES = 4096

/** Two files of the same length that begin and end alike are one: what ends Parquet and gzip tells all that is in it. */
export async function fingerprint(bytes: Bytes): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await bytes.read(0, Math.min(PRINTED_BYTES, bytes.size)))
  hash.update(await bytes.read(Math.max(0, bytes.size - PRINTED_BYTES), bytes.size))
  return `${bytes.size} ${hash.digest('base64')}`
}

/**
 * CUR gives each line an id: files that begin with the same line, id and all, are copies, however they are packed or named. Lines
 * of FOCUS have none, and two may be alike.
 */
export function firstLine({ columns, first }: Table): string | undefined {
  const at = columns.findIndex((name) => name.toLowerCase().replaceAll(/[^a-z]/g, '') === 'identitylineitemid')
  return first?.[at] ? JSON.stringify(first) : undefined
}

export function unreadable(name: string, error: unknown): Warning {
  const { code, message } = error as NodeJS.ErrnoException
  return {
    code: 'unreadable',
    message: `${name}: ${isAppError(error) ? message : `it cannot be read (${code ?? message})`}`,
  }
}
