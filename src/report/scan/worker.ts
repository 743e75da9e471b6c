import { parentPort, workerData } from 'node:worker_threads'
import { type FromWorker, type LaneOptions, localLane, type ToWorker } from './lane.ts'

const lane = localLane(workerData as LaneOptions, new AbortController().signal)

const answer = (message: FromWorker) => parentPort?.postMessage(message)

parentPort?.on('message', async (message: ToWorker) => {
  const { id, task } = message
  if (task === null) answer({ id, snapshot: await lane.finish() })
  else answer({ id, scanned: await lane.scan(task, (bytes) => answer({ id, bytes })) })
})
