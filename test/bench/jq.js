import { spawnSync } from 'node:child_process'

/** Input, output, cache-read and cache-write tokens by hour, model, identity and operation. */
const PROGRAM = `
reduce inputs as $r ({};
  .[[$r.timestamp[0:13], $r.modelId, $r.identity.arn, $r.operation] | join(" ")] |= [
    (.[0] // 0) + ($r.input.inputTokenCount // 0),
    (.[1] // 0) + ($r.output.outputTokenCount // 0),
    (.[2] // 0) + ($r.input.cacheReadInputTokenCount // 0),
    (.[3] // 0) + ($r.input.cacheWriteInputTokenCount // 0)
  ])`

/**
 * The same sums by `zcat | jq`, two programs that run side by side.
 * @param {string[]} files
 * @returns {{ ms: number, sums: Record<string, number[]> }}
 */
export function jqSums(files) {
  const begin = performance.now()
  const { status, stdout, stderr } = spawnSync('sh', ['-c', 'zcat -- "$@" | jq -cn "$PROGRAM"', 'sh', ...files], {
    env: { ...process.env, PROGRAM },
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`zcat | jq: ${stderr}`)
  return { ms: performance.now() - begin, sums: JSON.parse(stdout.toString()) }
}
