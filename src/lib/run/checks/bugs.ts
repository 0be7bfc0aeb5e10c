import { plantBug, plantedBugs, type PlantedBug } from '../../engine/checks/plantedBugs';
import type { Program } from '../../engine/program';

/** A bug as it is told once it is found. */
export type BugOutline = Pick<PlantedBug, 'name' | 'operation' | 'pass' | 'rule' | 'mistake'>;

/** The bugs that can be planted where these operations are used. */
export function bugsAmong(operations: ReadonlySet<string>): BugOutline[] {
  return plantedBugs
    .filter(({ operation }) => operations.has(operation))
    .map(({ name, operation, pass, rule, mistake }) => ({ name, operation, pass, rule, mistake }));
}

/** A copy of a program with a bug in it; the program itself if there is none. Throws RangeError for an unknown name. */
export function spoil(program: Program, name: string | null): Program {
  if (name === null) return program;
  const bug = plantedBugs.find((planted) => planted.name === name);
  if (!bug) throw new RangeError(`bug: needs one of the table, got ${name}`);
  return plantBug(program, bug);
}
