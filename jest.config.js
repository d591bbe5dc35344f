/** Two workers for two cores; the servers of the suite are started once by globalSetup and end with globalTeardown. */
module.exports = {
  testEnvironment: '<rootDir>/test/helpers/jest/environment.js',
  runtime: '<rootDir>/test/helpers/jest/runtime.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.data', '<rootDir>/dist'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  globalSetup: '<rootDir>/test/helpers/global-setup.ts',
  globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
  // Only what hangs reaches it, on a busy machine too.
  testTimeout: 300_000,
  maxWorkers: 2,
  // Each file leaves some modules behind; collecting a gigabyte of them costs the later files their time.
  workerIdleMemoryLimit: '600MB',
};
