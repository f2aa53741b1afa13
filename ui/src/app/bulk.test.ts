import { describe, expect, test } from "vitest";
import { CallError } from "@/rpc/error";
import { each, eachTold } from "./bulk";
import { clearNotices, hideNotice, markAllRead, notice, notices } from "./notices";

const told = {
  nameOf: (name: string) => name,
  done: (names: readonly string[]) => `${names.length} done`,
  failed: (names: readonly string[], of: number) => `${names.join()} of ${of} failed`,
};

async function failB(name: string): Promise<void> {
  if (name.startsWith("b")) throw new CallError("docker_409", `${name} is in use.`, "Stop it.");
}

describe("many at a time", () => {
  test("a failure leaves the others done, and is named", async () => {
    const outcome = await each(["a", "b", "c"], failB);
    expect(outcome.done).toEqual(["a", "c"]);
    expect(outcome.failed.map((it) => [it.item, it.error.message])).toEqual([
      ["b", "b is in use."],
    ]);
  });

  test("no more than six run at once", async () => {
    let now = 0;
    let most = 0;
    await each(
      Array.from({ length: 30 }, (_, at) => at),
      async () => {
        most = Math.max(most, ++now);
        await Promise.resolve();
        now--;
      },
    );
    expect(most).toBe(6);
  });

  test("what is told says what is done, what failed and why, with a way back", async () => {
    clearNotices();
    let undone: readonly string[] = [];
    await eachTold(["a", "b", "b2"], failB, {
      ...told,
      undo: (items) => {
        undone = items;
      },
    });
    const [failed, done] = notices();
    expect(done?.text).toBe("1 done");
    expect(failed?.text).toBe("b,b2 of 3 failed");
    expect(failed?.lines).toEqual(["b: b is in use.", "b2: b2 is in use."]);
    done?.action?.run();
    expect(undone).toEqual(["a"]);
  });
});

test("a notice that left the edge is kept, until all are cleared", () => {
  clearNotices();
  const id = notice("failed", "It failed.");
  hideNotice(id);
  expect(notices()[0]).toMatchObject({ text: "It failed.", shown: false, read: true });
  notice("info", "Another.");
  markAllRead();
  expect(notices().every((it) => it.read)).toBe(true);
  clearNotices();
  expect(notices()).toEqual([]);
});
