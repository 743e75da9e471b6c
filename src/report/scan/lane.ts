import { Worker } from 'node:worker_threads'
import { TallyWriter } from '../store/tally.ts'
import { Aggregate, type AggregateOptions, type AggregateSnapshot } from './aggregate.ts'
import { CallsSeen } from './calls-seen.ts'
import type { InvocationRecord } from './record.ts'
import { RecordReader } from './record-reader.ts'
import { type ScanLimits, type ScannedObject, scanLines, scanObject } from './scan-object.ts'
import { bytesOf, type PortableTask, type ScanTask } from './task.ts'

/** What a lane is made with. Plain data: it goes to other threads as it is. */
export interface LaneOptions {
  aggregate: AggregateOptions
  limits: ScanLimits
  /** What the calls of an object are is told with it, where the task has a version. */
  keeps?: boolean
  /** Shared by all lanes of a run, so that a call counts once. */
  seen: SharedArrayBuffer
  /** All was read before with the same memory: see {@link CallsSeen}. */
  isAgain?: boolean
}

/** Reads objects and gathers their sums, on this thread or on another. */
export interface Lane {
  scan(task: ScanTask, told: (bytes: number) => void): Promise<ScannedObject>
  finish(): Promise<AggregateSnapshot>
  close(): Promise<void>
}

export function localLane(of: LaneOptions, signal: AbortSignal): Lane {
  const { limits, keeps } = of
  const aggregate = new Aggregate(of.aggregate, new CallsSeen(of.seen, undefined, of.isAgain))
  const reader = new RecordReader(aggregate.metadataKeys)
  return {
    async scan(task, told) {
      const isPart = 'part' in task && task.part !== undefined
      const tally =
        keeps && 'version' in task ? new TallyWriter(aggregate.metadataKeys, limits.maxTallyBytes) : undefined
      const add = (record: InvocationRecord) => {
        tally?.add(record)
        aggregate.add(record)
      }
      const bytes = bytesOf(task, told)
      const scanned = await (isPart ? scanLines : scanObject)(task.name, bytes, reader, add, signal, limits)
      const kept = tally?.end()
      return kept ? { ...scanned, tally: kept } : scanned
    },
    finish: async () => aggregate.snapshot(),
    close: async () => {},
  }
}

export interface ToWorker {
  id: number
  task: PortableTask | null
}

export type FromWorker = { id: number } & ({ bytes: number } | { answer: ScannedObject | AggregateSnapshot })

interface Waiting {
  told(bytes: number): void
  resolve(answer: never): void
  reject(error: unknown): void
}

/** A lane on a thread of its own. Streams cannot go there. */
export function workerLane(script: URL, options: LaneOptions, signal: AbortSignal): Lane {
  const worker = new Worker(script, { workerData: options })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  const failAll = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const onAbort = () => {
    failAll(signal.reason)
    void worker.terminate()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  worker.on('message', (message: FromWorker) => {
    if ('bytes' in message) return waiting.get(message.id)?.told(message.bytes)
    waiting.get(message.id)?.resolve(message.answer as never)
    waiting.delete(message.id)
  })
  worker.on('error', failAll)
  worker.on('exit', () => failAll(new Error('a scanning thread ended before its work was done')))

  const ask = <Answer>(task: PortableTask | null, told: (bytes: number) => void = () => {}) =>
    new Promise<Answer>((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, { told, resolve, reject })
      worker.postMessage({ id, task } satisfies ToWorker, task === null ? [] : ownedBuffers(task))
    })
  return {
    async scan(task, told) {
      if ('stream' in task) throw new TypeError('a stream cannot go to another thread')
      return ask<ScannedObject>(task, told)
    },
    finish: () => ask<AggregateSnapshot>(null),
    async close() {
      signal.removeEventListener('abort', onAbort)
      await worker.terminate()
    },
  }
}

/** Memory that holds this object alone is moved instead of copied; small buffers share theirs with others. */
function ownedBuffers(task: PortableTask): ArrayBuffer[] {
  if (!('bytes' in task)) return []
  const { buffer, byteLength } = task.bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
}
