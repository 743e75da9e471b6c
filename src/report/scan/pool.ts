import { availableParallelism } from 'node:os'
import { setImmediate as pause } from 'node:timers/promises'
import type { RunTallies } from '../store/store.ts'
import { Aggregate, type AggregateOptions } from './aggregate.ts'
import { CallsSeen, callsSeenMemory } from './calls-seen.ts'
import { type Fault, NOTHING, type TextCounts, textFaults } from './fault.ts'
import { type Lane, localLane, workerLane } from './lane.ts'
import { PART_BYTES, partsOf, sizeOf } from './parts.ts'
import { SCAN_LIMITS, type ScanLimits, type ScannedObject } from './scan-object.ts'
import type { ScanTask } from './task.ts'

export interface ScanProgress {
  objects: number
  storedBytes: number
  rawBytes: number
  records: number
}

export interface PoolOptions {
  aggregate: AggregateOptions
  signal: AbortSignal
  /** At most so many threads; 1 reads on the calling one. Default: one a core, up to {@link MAX_THREADS}. */
  threads?: number
  limits?: Partial<ScanLimits>
  /** Larger files of lines are read in parts of about this size, side by side. */
  partBytes?: number
  /** What is kept of the objects: it is handed on first, and what the tasks bring is kept. */
  tallies?: RunTallies | undefined
  /** Called after each object, and within large ones. */
  onProgress?: (progress: ScanProgress) => void
  /** The compiled worker module. Default: the one beside this module, if this one is compiled. */
  workerScript?: URL
}

export interface ScanResult extends ScanProgress {
  aggregate: Aggregate
  /** By the name of the object, in the order of the names. */
  faults: Fault[]
}

/** More threads than this wait for the disk or the network, and each takes memory. */
const MAX_THREADS = 4
/** Each thread unpacks one object while it reads another; of streams, which come over the network, so many run side by side. */
const TASKS_A_THREAD = 3
/** So long this thread reads without a look at what else there is to do. */
const PAUSE_AFTER_MS = 2

type Tasks = Iterable<ScanTask> | AsyncIterable<ScanTask>

/**
 * Reads all objects, several side by side, and sums up their records. Tasks are taken from `tasks` as threads become free,
 * so at most a few are held at a time. What cannot be read is told in `faults`. Where calls have records that differ, all is read once more,
 * so that it does not depend on threads which of them counts.
 * @param tasks a function, where they can be read again
 * @throws the signal's reason; what `tasks` throws; RangeError for an unknown dimension
 */
export async function scanAll(tasks: Tasks | (() => Tasks), options: PoolOptions): Promise<ScanResult> {
  const seen = callsSeenMemory()
  const result = await scanOnce(typeof tasks === 'function' ? tasks() : tasks, options, seen)
  const isSettled = result.aggregate.others === 0 || typeof tasks !== 'function'
  return isSettled ? result : scanOnce(tasks(), options, seen, true)
}

async function scanOnce(tasks: Tasks, options: PoolOptions, seen: SharedArrayBuffer, isAgain = false) {
  const { signal, tallies } = options
  signal.throwIfAborted()
  const script = options.workerScript ?? compiledWorker()
  const threads = script === undefined ? 1 : (options.threads ?? Math.min(availableParallelism(), MAX_THREADS))
  const queue = new TaskQueue(tasks, options.partBytes)
  const limits = { ...SCAN_LIMITS, ...options.limits }
  // The calls that are kept claim their ids first.
  const aggregate = new Aggregate(options.aggregate, new CallsSeen(seen, undefined, isAgain))
  const known = await tallies?.handOn(aggregate.metadataKeys, (call) => aggregate.add(call))
  const result = {
    ...{ aggregate, faults: known?.faults ?? [], records: known?.records ?? 0 },
    ...{ objects: 0, storedBytes: 0, rawBytes: 0 },
  }
  const ofLanes = { ...options.aggregate, moreKeys: known?.moreKeys ?? [] }
  const laneOptions = { aggregate: ofLanes, limits, keeps: tallies !== undefined, seen, isAgain }
  const local = localLane(laneOptions, signal)
  const lanes = [local]
  try {
    // This thread reads too, at once: another takes longer to start than most objects take to read.
    if (script !== undefined && threads > 1 && (await queue.holds(2))) {
      for (let thread = 1; thread < threads; thread++) lanes.push(workerLane(script, laneOptions, signal))
    }
    const workers = lanes.flatMap((lane) => Array<Lane>(TASKS_A_THREAD).fill(lane))
    await Promise.all(workers.map((lane) => work(queue, { lane, local }, result, { ...options, limits })))
    for (const lane of lanes) aggregate.merge(await lane.finish())
    await tallies?.finish()
    result.faults.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    return result
  } finally {
    queue.close()
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

/** Takes one piece after the other until there are no more. Streams stay on this thread. */
async function work(
  queue: TaskQueue,
  { lane, local }: { lane: Lane; local: Lane },
  result: ScanResult,
  { signal, onProgress, limits, tallies }: PoolOptions & { limits: ScanLimits },
): Promise<void> {
  let paused = performance.now()
  const add = (storedBytes: number) => {
    result.storedBytes += storedBytes
    const { objects, rawBytes, records } = result
    onProgress?.({ objects, storedBytes: result.storedBytes, rawBytes, records })
  }
  for (let piece = await queue.next(); piece !== undefined; piece = await queue.next()) {
    // Reading small objects waits for nothing: others have to come in between, and an interruption.
    if (performance.now() - paused >= PAUSE_AFTER_MS) {
      await pause()
      paused = performance.now()
    }
    signal.throwIfAborted()
    const { task, whole } = piece
    let told = 0
    const scanned = await ('stream' in task ? local : lane).scan(task, (bytes) => {
      told += bytes
      add(bytes)
    })
    result.rawBytes += scanned.rawBytes
    result.records += scanned.records
    whole.parts.push(scanned)
    whole.tallyBytes += scanned.tally?.columns.length ?? Number.POSITIVE_INFINITY
    // What is not kept is not held until the last part is read.
    if (whole.tallyBytes > limits.maxTallyBytes) for (const part of whole.parts) delete part.tally
    if (whole.parts.length === whole.count) {
      const faults = faultsOf(whole.parts, limits)
      const kept = whole.parts.map(({ tally }) => tally)
      result.objects++
      result.faults.push(...faults)
      await tallies?.keep(task, faults, kept)
    }
    add(scanned.storedBytes - told)
  }
}

function faultsOf(parts: readonly ScannedObject[], { maxLineBytes }: ScanLimits): Fault[] {
  // What one part cannot be read for, others cannot.
  const faults = parts.find((part) => part.faults.length > 0)?.faults ?? []
  const sum = { ...NOTHING }
  for (const { counts } of parts)
    for (const what of Object.keys(sum) as (keyof TextCounts)[]) sum[what] += counts?.[what] ?? 0
  return [...textFaults(parts[0]?.name ?? '', sum, 'line', maxLineBytes), ...faults]
}

interface Piece {
  task: ScanTask
  whole: { count: number; parts: ScannedObject[]; tallyBytes: number }
}

/** Threads run compiled modules only: there is one beside this module if this one is compiled. */
function compiledWorker(): URL | undefined {
  return import.meta.url.endsWith('.js') ? new URL('./worker.js', import.meta.url) : undefined
}

/** Tasks to be taken one at a time, by whoever is free; large ones in parts. */
class TaskQueue {
  readonly #source: AsyncIterator<ScanTask>
  readonly #held: Piece[] = []
  readonly #partBytes: number

  constructor(tasks: Tasks, partBytes = PART_BYTES) {
    // A generator answers in turn, however many calls are made at once.
    this.#source = (async function* () {
      yield* tasks
    })()
    this.#partBytes = partBytes
  }

  async next(): Promise<Piece | undefined> {
    await this.holds(1)
    return this.#held.shift()
  }

  /** Whether there are at least so many more; they are held until they are taken. */
  async holds(count: number): Promise<boolean> {
    while (this.#held.length < count) {
      const { done, value: task } = await this.#source.next()
      if (done) return this.#held.length >= count
      const size = 'path' in task ? sizeOf(task.path) : undefined
      const parts = 'path' in task ? partsOf(task.path, this.#partBytes, size ?? 0) : undefined
      const pieces = parts?.map((part) => ({ ...task, part })) ?? [{ ...task, size }]
      const whole = { count: pieces.length, parts: [], tallyBytes: 0 }
      this.#held.push(...pieces.map((piece) => ({ task: piece, whole })))
    }
    return true
  }

  /** Tells the source that no more are wanted. It may be in the middle of a call, so it is not waited for. */
  close(): void {
    this.#source.return?.().catch(() => {})
  }
}
