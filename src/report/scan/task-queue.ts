import type { ScanTask } from './task.ts'

/** Tasks to be taken one at a time, by whoever is free. */
export class TaskQueue {
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
export class Turns {
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
