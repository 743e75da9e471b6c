#!/usr/bin/env node
import { existsSync } from 'node:fs'

if (existsSync(new URL('../dist/main.js', import.meta.url))) {
  const { main } = await import('../dist/main.js')
  await main(process, new URL('../package.json', import.meta.url))
} else {
  process.stderr.write('error: bedrock-monitor is not built yet: run `npm ci && npm run build` in its folder\n')
  process.exitCode = 1
}
