// Lots that wait on the device, in the browser's own database: they outlive a reload, a closed tab and an empty battery.
const NAME = "kringmarkt-balie";
const STORE = "lots";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, work) {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const asked = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

export const put = (lot) => within("readwrite", (store) => store.put(lot));
export const remove = (key) => within("readwrite", (store) => store.delete(key));
export const all = () => within("readonly", (store) => store.getAll());
