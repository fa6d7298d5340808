// How is somebody called? By the name they chose, with their organisation; without one, by what they are.
import type { Participant } from '../../protocol/frames';
import { useTools } from '../context';

export function useName(people: readonly Participant[]): (id: string | null, person?: Participant) => string {
  const { say } = useTools();
  return (id, known) => {
    const person = known ?? people.find(other => other.id === id);
    if (!person?.name) return say('counsellor');
    if (!person.organisation) return person.name;
    return say('withOrganisation', { name: person.name, organisation: person.organisation });
  };
}
