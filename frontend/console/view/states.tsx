// What stands where nothing is yet, or where something could not be had?
import { Icon } from './icon';
import { useOffice } from './office';

export function Empty({ title, hint }: { title: string; hint?: string }) {
  return (
    <div class="empty">
      <p>{title}</p>
      {hint && <p class="quiet">{hint}</p>}
    </div>
  );
}

export function Failed({ text, again }: { text: string; again(): void }) {
  const { say } = useOffice();
  return (
    <div class="failed-box" role="alert">
      <p>
        <Icon name="warning" /> {text}
      </p>
      <button type="button" class="button small" onClick={again}>
        {say('retry')}
      </button>
    </div>
  );
}
