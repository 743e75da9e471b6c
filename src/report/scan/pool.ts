import { availableParallelism } from 'node:os'
import { setImmediate as pause } from 'node:timers/promises'
import type { RunTallies } from '../store/store.ts'
import { Aggregate, type AggregateOptions } from './aggregate.ts'
import { CallsSeen, callsSeenMemory } from './calls-seen.ts'
import type { Fault } from './fault.ts'
import { type Lane, localLane, workerLane } from './lane.ts'
import { SCAN_LIMITS, type ScanLimits } from './scan-object.ts'
import type { ScanTask } from './task.ts'

/** What has been read so far. */
export interface ScanProgress {
  objects: number
  /** Bytes as they are stored, and unpacked. */
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
  /** What is kept of the objects: it is handed on first, and what the tasks bring is kept. */
  tallies?: RunTallies | undefined
  /** Called after each object. */
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

/** Each thread unpacks one object while it reads another. */
const TASKS_A_THREAD = 3

/** So long this thread reads without a look at what else there is to do. */
const PAUSE_AFTER_MS = 2

/**
 * Reads all objects, several side by side, and sums up their records. Tasks are taken from `tasks` as threads become free,
 * so at most a few are held at a time. What cannot be read is told in `faults`.
 * @throws the signal's reason; what `tasks` throws; RangeError for an unknown dimension
 */
export async function scanAll(
  tasks: Iterable<ScanTask> | AsyncIterable<ScanTask>,
  options: PoolOptions,
): Promise<ScanResult> {
  const { signal } = options
  signal.throwIfAborted()
  const queue = new TaskQueue(tasks)
  const seen = callsSeenMemory()
  const aggregate = new Aggregate(options.aggregate)
  const known = await handOn(aggregate, seen, options)
  const result: ScanResult = {
    aggregate,
    faults: known.faults,
    objects: 0,
    storedBytes: 0,
    rawBytes: 0,
    records: known.records,
  }
  const laneOptions = {
    aggregate: { ...options.aggregate, moreKeys: known.moreKeys },
    limits: { ...SCAN_LIMITS, ...options.limits },
    keeps: options.tallies !== undefined,
    seen,
  }
  const local = localLane(laneOptions, signal)
  const lanes = [local]
  try {
    const script = options.workerScript ?? compiledWorker()
    const threads = options.threads ?? Math.min(availableParallelism(), MAX_THREADS)
    // This thread reads too, at once: another takes longer to start than most objects take to read.
    if (script !== undefined && threads > 1 && (await queue.holds(2))) {
      for (let thread = 1; thread < threads; thread++) lanes.push(workerLane(script, laneOptions, signal))
    }
    const workers = lanes.length === 1 ? lanes : lanes.flatMap((lane) => Array(TASKS_A_THREAD).fill(lane))
    const turns = new Turns()
    await Promise.all(workers.map((lane) => work(queue, turns, { lane, local }, result, options)))
    for (const lane of lanes) aggregate.merge(await lane.finish())
    await options.tallies?.finish()
    result.faults.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    return result
  } finally {
    queue.close()
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

/** Adds the calls that are kept, which claim their ids first. */
async function handOn(aggregate: Aggregate, memory: SharedArrayBuffer, { aggregate: options, tallies }: PoolOptions) {
  const seen = new CallsSeen(memory)
  const found = await tallies?.handOn(aggregate.metadataKeys, (hand) => {
    const own = new Aggregate(options, seen)
    let isWhole = false
    seen.begin()
    try {
      hand((call) => own.add(call))
      isWhole = true
    } finally {
      seen.end(isWhole)
    }
    aggregate.merge(own.snapshot())
  })
  return found ?? { records: 0, faults: [], moreKeys: [] }
}

/**
 * Takes one task after the other until there are no more. Streams stay on this thread, and are read while nothing else is:
 * until its end it is open whether the calls of a stream count, and so whether others are their doubles.
 */
async function work(
  queue: TaskQueue,
  turns: Turns,
  { lane, local }: { lane: Lane; local: Lane },
  result: ScanResult,
  { signal, onProgress, tallies }: PoolOptions,
): Promise<void> {
  let paused = performance.now()
  for (let task = await queue.next(); task !== undefined; task = await queue.next()) {
    // Reading small objects waits for nothing: others have to come in between, and an interruption.
    if (performance.now() - paused >= PAUSE_AFTER_MS) {
      await pause()
      paused = performance.now()
    }
    const isStream = 'stream' in task
    const scanned = await turns.take(isStream, () => {
      signal.throwIfAborted()
      return (isStream ? local : lane).scan(task)
    })
    result.objects++
    result.storedBytes += scanned.storedBytes
    result.rawBytes += scanned.rawBytes
    result.records += scanned.records
    result.faults.push(...scanned.faults)
    await tallies?.keep(task, scanned.faults, [scanned.tally])
    const { objects, storedBytes, rawBytes, records } = result
    onProgress?.({ objects, storedBytes, rawBytes, records })
  }
}

/** Threads run compiled modules only: there is one beside this module if this one is compiled. */
function compiledWorker(): URL | undefined {
  return import.meta.url.endsWith('.js') ? new URL('./worker.js', import.meta.url) : undefined
}

/** Tasks to be taken one at a time, by whoever is free. */
class TaskQueue {
  readonly #source: AsyncIterator<ScanTask>
  readonly #held: ScanTask[] = []

  constructor(tasks: Iterable<ScanTask> | AsyncIterable<ScanTask>) {
    this.#source = inTurn(tasks)
  }

  async next(): Promise<ScanTask | undefined> {
    return this.#held.shift() ?? (await this.#pull())
  }

  /** Whether there are at least so many more; they are held until they are taken. */
  async holds(count: number): Promise<boolean> {
    while (this.#held.length < count) {
      const task = await this.#pull()
      if (task === undefined) return false
      this.#held.push(task)
    }
    return true
  }

  /** Tells the source that no more are wanted. It may be in the middle of a call, so it is not waited for. */
  close(): void {
    this.#source.return?.().catch(() => {})
  }

  async #pull(): Promise<ScanTask | undefined> {
    const { done, value } = await this.#source.next()
    return done ? undefined : value
  }
}

/** Answers calls for the next task in turn, however many are made at once. */
async function* inTurn(tasks: Iterable<ScanTask> | AsyncIterable<ScanTask>): AsyncGenerator<ScanTask> {
  yield* tasks
}

/** Lets some run side by side, and others alone. */
class Turns {
  #running = 0
  #isAlone = false
  #waiting: (() => void)[] = []

  async take<T>(alone: boolean, run: () => Promise<T>): Promise<T> {
    while (this.#isAlone || (alone && this.#running > 0)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#running++
    this.#isAlone = alone
    try {
      return await run()
    } finally {
      this.#running--
      this.#isAlone = false
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }
}
