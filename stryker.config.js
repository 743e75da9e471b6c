// Mutation testing of what decides: `npm run mutate`; of a part of it `npm run mutate -- --mutate src/report/cost.ts`.
export default {
  mutate: [
    'src/core/{plan,diff}.ts',
    'src/report/{money,cost,tally,add-up,summarize,grouping,gates}.ts',
    'src/report/{window,window-parse}.ts',
    'src/report/prices/{*,price-list/*}.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.js',
    config: {
      // The tests that stand beside these sources: with those that run servers and programs it would take hours.
      testMatch: ['<rootDir>/test/{core,report,report/prices,report/prices/price-list}/*.test.ts'],
    },
  },
  coverageAnalysis: 'perTest',
  // A constant is made when its module is loaded, before any test: each mutant of one would take them all.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  // Modules of finished runs are not let go of.
  maxTestRunnerReuse: 100,
  // It would rewrite tsconfig.json through an API that TypeScript 7 has no longer; swc needs none.
  ignorePatterns: ['tsconfig*.json', 'dist', 'build', 'coverage', 'docs'],
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false },
}
