app-name = Berth
app-skip = 跳到内容
app-sidebar = 视图
app-sidebar-collapse = 收起侧栏
app-sidebar-expand = 展开侧栏
app-status = 引擎状态

nav-containers = 容器
nav-run = 运行容器
nav-compose = Compose
nav-images = 镜像
nav-builds = 构建
nav-volumes = 卷
nav-networks = 网络
nav-logs = 日志
nav-activity = 活动
nav-space = 空间
nav-settings = 设置
nav-diagnostics = 诊断
nav-first-run = 欢迎
nav-gallery = 组件库

view-unfinished = 此视图尚未完成。
view-failed = 无法显示此视图。
view-failed-why = 绘制它的程序出错停止。
view-failed-fix = 请重新打开。如果再次发生，请把详情复制到报告中。
view-again = 重新打开
view-missing = 此地址没有内容。
view-missing-go = 显示容器

copy = 复制
copy-done = 已复制
error-details = 详情
error-copy = 全部复制

engine-running = 引擎运行中
engine-starting = 引擎启动中
engine-stopping = 引擎停止中
engine-stopped = 引擎已停止
engine-asleep = 引擎休眠中
engine-failed = 引擎故障
engine-unknown = 正在等待守护进程
engine-lost = 无法连接守护进程
status-cpus = { $count } 个 CPU

keys-everywhere = 随处
key-back = 后退
key-forward = 前进
close = 关闭
cancel = 取消
progress-unknown = 进度未知
keys-tabs = 标签页
key-tab-before = 上一个标签页
key-tab-next = 下一个标签页
