import { parentPort, workerData } from 'node:worker_threads'
import { type FromWorker, type LaneOptions, localLane, type ToWorker } from './lane.ts'

const lane = localLane(workerData as LaneOptions, new AbortController().signal)

const send = (message: FromWorker) => parentPort?.postMessage(message)

parentPort?.on('message', async ({ id, task }: ToWorker) => {
  const tell = (bytes: number) => send({ id, bytes })
  send({ id, answer: await (task === null ? lane.finish() : lane.scan(task, tell)) })
})
