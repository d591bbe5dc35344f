import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadBy } from '../fetching/download';
import { fetchLibraries } from '../fetching/maven';
import { obtain, type Way } from '../fetching/obtain';
import { findOnPath, requireOnPath, runProgram } from '../fetching/programs';
import type { Say } from '../say';

/** A real `mongod`, or the folder of the Java stand-in with its `lib`; `why` is for the person at the terminal. */
export type MongoFound =
  { kind: 'mongod'; path: string; why: string } | { kind: 'stand-in'; folder: string; why: string };

/** Where data of an earlier start lies under DATA_DIR: a mongod's folder, the stand-in's file. */
export const mongodFolder = 'mongo';
export const standInFile = 'mongo.mv';

const mongodDownload = downloadBy('mongodb-memory-server', 'mongod');

/**
 * Finds a MongoDB to start: `mongod` on the PATH, mongodb-memory-server's download, the Java stand-in. Data in
 * `dataDir` binds: what wrote it is used again, even when another would come first.
 */
export async function findMongo(say: Say, dataDir?: string): Promise<MongoFound> {
  const owner = findDataOwner(dataDir);
  const onPath = owner === 'stand-in' ? null : findOnPath('mongod');
  if (onPath) return { kind: 'mongod', path: onPath, why: 'found on the PATH' };
  const standIn = standInBuild();
  const ways = { mongod: [mongodDownload], 'stand-in': [standIn], none: [mongodDownload, standIn] }[owner];
  try {
    const { way, path, folder, why } = await obtain('MongoDB', ways, say);
    return way === mongodDownload ? { kind: 'mongod', path, why } : { kind: 'stand-in', folder, why };
  } catch (error) {
    if (owner !== 'mongod') throw error;
    throw new Error(`The data in ${mongodFolder}/ needs a mongod, and none was found.`, { cause: error });
  }
}

function findDataOwner(dataDir: string | undefined): MongoFound['kind'] | 'none' {
  if (dataDir === undefined) return 'none';
  if (existsSync(join(dataDir, standInFile))) return 'stand-in';
  const folder = join(dataDir, mongodFolder);
  return existsSync(folder) && readdirSync(folder).length > 0 ? 'mongod' : 'none';
}

const advice =
  'No MongoDB: set MONGODB_URI, put `mongod` on the PATH, allow the download, or install a JDK (17 or later) and Maven.';
const sources = { from: join(__dirname, '../mongo'), files: ['LocalMongo.java'], advice };

/** Named by its sources' content: a changed stand-in is built anew, and two clones of one version share one build. */
function standInBuild(): Way {
  const hash = createHash('sha256');
  for (const name of [...sources.files, 'pom.xml']) hash.update(readFileSync(join(sources.from, name)));
  return {
    kept: { name: `local-mongo-1-${hash.digest('hex').slice(0, 8)}`, proof: 'lib/classes/LocalMongo.class' },
    how: 'the Java stand-in, built with Maven',
    async build(folder, say) {
      const javac = requireOnPath('javac', advice);
      say('MongoDB: building the Java stand-in; this happens once and takes about a minute');
      await fetchLibraries(folder, sources, say);
      mkdirSync(join(folder, 'lib', 'classes'));
      await runProgram(javac, ['-cp', 'lib/*', '-d', 'lib/classes', ...sources.files], {
        cwd: folder,
        progress: { label: 'compiling', say },
      });
    },
  };
}
