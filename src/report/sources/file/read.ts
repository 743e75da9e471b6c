import type { Context } from '../../../core/context.ts'
import { usageError } from '../../../core/errors.ts'
import type { ScanTask } from '../../scan/task.ts'
import type { RunTallies, TallyStore } from '../../store/store.ts'
import { readRecords, type ScanQuestion } from '../scanned.ts'
import type { SourceReading } from '../source.ts'
import { type FoundFiles, findFiles, passedOver } from './find.ts'

export interface FileRequest {
  /** A folder (read with all in it), a glob, a file, or `-` for what comes in on stdin. */
  path: string
  stdin?: AsyncIterable<Uint8Array> | undefined
  tallies?: TallyStore | undefined
}

/** Reads invocation records from disk, gzipped or not. @throws a usage error where there is nothing to read */
export async function readFiles(
  cx: Context,
  { path, stdin, tallies: store }: FileRequest,
  question: ScanQuestion,
): Promise<SourceReading> {
  const {
    tasks,
    bytes,
    files = [],
    passed = [],
  }: FoundFiles = path === '-' ? standardInput(stdin, cx.signal) : await findFiles(path)
  const what = path === '-' ? 'standard input' : tasks.length === 1 ? path : `${tasks.length} files`
  const tallies = store?.ofRun(cx, files)
  const subject = {
    label: what,
    passesOver: true as const,
    ...(bytes !== undefined && { bytes }),
    noUse: `${what} ${tasks.length === 1 ? 'holds' : 'hold'} no record of a Bedrock invocation${question.window ? ' in this window' : ''}`,
  }
  // What comes in on stdin cannot be read again.
  const toRead = path === '-' ? tasks : () => unread(tasks, tallies)
  const { reading, passed: others } = await readRecords(cx, toRead, question, subject, tallies)
  const notLogs = [...passed, ...others]
  if (notLogs.length === 0) return reading
  return { ...reading, warnings: [...reading.warnings, { code: 'files-not-read', message: passedOver(notLogs) }] }
}

function* unread(tasks: readonly ScanTask[], tallies: RunTallies | undefined): Generator<ScanTask> {
  for (const task of tasks) if (!tallies?.isDone(task.name)) yield task
}

function standardInput(stdin: AsyncIterable<Uint8Array> | undefined, signal: AbortSignal): FoundFiles {
  if (stdin) return { tasks: [{ name: 'standard input', stream: untilAborted(stdin, signal) }] }
  throw usageError('--source file:-: there is no standard input', 'pipe the log to stdin, or give a path')
}

/** Until the user interrupts. A listener for each piece: one promise for all would keep every piece beside it. */
async function* untilAborted(stdin: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = stdin[Symbol.asyncIterator]()
  for (;;) {
    signal.throwIfAborted()
    const { done, value } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      const stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      const end = () => signal.removeEventListener('abort', stop)
      chunks.next().then(resolve, reject).finally(end)
    })
    if (done) return
    yield value
  }
}
