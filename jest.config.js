import { availableParallelism } from 'node:os'

/** @type {import('jest').Config} */
export default {
  testEnvironment: './test/environment.cjs',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  moduleNameMapper: { '^fast-check$': '<rootDir>/test/support/random.ts' },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript' },
          // JSON is imported as such.
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // A guard against hanging, not a bound on speed.
  testTimeout: 300_000,
  // The engine's own counts: code is not rewritten for it.
  coverageProvider: 'v8',
  // What runs in a browser is tested in one, where nothing is counted.
  collectCoverageFrom: ['src/**/*.ts', '!src/report/formats/html/{page-parts,browser/main}.ts'],
  coverageReporters: ['text', 'text-summary'],
  coverageThreshold: { global: { lines: 90, branches: 90 } },
  // More than there are cores: a quarter of the time goes into waiting for servers and programs of the tests' own.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  testSequencer: './test/sequencer.cjs',
  // Modules of finished test files are not let go of; a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
}
